//! The tabular package of HSDS 3: a set of CSV files, known by their names, in a folder or in one ZIP archive.
//!
//! Tables refer to each other by ids, so a package is read with the memory that all of it needs.

use super::csv::Records;
use super::{Emitter, FileReport, Finding, Importer, Row, What, hsds};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io::{Read, Seek};

/// The tables that are read, by the names of their files.
const TABLES: [&str; 14] = [
    "services",
    "organizations",
    "locations",
    "service_at_location",
    "addresses",
    "phones",
    "schedules",
    "languages",
    "contacts",
    "cost_options",
    "accessibility",
    "attributes",
    "taxonomy_terms",
    "organization_identifiers",
];
/// What the tables of an archive may unpack to together, in bytes: all of them are held in memory.
const ARCHIVE_LIMIT: u64 = 64 << 20;
/// The most rows of all tables together.
const ROWS_LIMIT: usize = 400_000;
/// How deep tables are put into each other: a service, its place, the place's contact, the contact's telephone.
const DEPTH: usize = 3;

/// The tables of a package, as they are gathered.
#[derive(Debug, Default)]
pub struct Package {
    tables: HashMap<&'static str, Vec<Value>>,
    findings: Vec<Finding>,
}

impl Package {
    /// The package in a ZIP archive; none when it is no archive, or has no table of services.
    #[must_use]
    pub fn of_archive(input: impl Read + Seek) -> Option<Self> {
        let mut archive = zip::ZipArchive::new(input).ok()?;
        let (mut package, mut left) = (Self::default(), ARCHIVE_LIMIT);
        for at in 0..archive.len() {
            let Ok(part) = archive.by_index(at) else {
                continue;
            };
            let name = part.name().map(|name| name.into_owned()).unwrap_or_default();
            let mut part = part.take(left + 1);
            if package.add(&name, &mut part) {
                // Whatever an archive says of itself, what comes out of it is counted.
                let Some(rest) = part.limit().checked_sub(1) else {
                    package.findings.push(Finding::new(What::FileTooLarge, None, &name));
                    return Some(package);
                };
                left = rest;
            }
        }
        package.tables.contains_key("services").then_some(package)
    }

    /// Adds a file, and says whether it is a table of the package. Folders before its name do not matter.
    pub fn add(&mut self, file_name: &str, input: impl Read) -> bool {
        let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        let known = name.strip_suffix(".csv").and_then(|stem| TABLES.iter().find(|table| **table == stem));
        let Some(table) = known else {
            return false;
        };
        let mut records = Records::new(input);
        let header = records.header();
        let mut left = ROWS_LIMIT.saturating_sub(self.tables.values().map(Vec::len).sum());
        let rows = self.tables.entry(table).or_default();
        while let Some((line, cells)) = records.next_cells() {
            let Ok((cells, guessed)) = cells else {
                self.findings.push(Finding::new(What::RowUnreadable, None, &format!("{name}:{line}")));
                continue;
            };
            if guessed && !self.findings.iter().any(|finding| finding.what == What::EncodingGuessed) {
                self.findings.push(Finding::new(What::EncodingGuessed, None, &name));
            }
            let Some(fewer) = left.checked_sub(1) else {
                self.findings.push(Finding::new(What::FileTooLarge, None, &name));
                break;
            };
            left = fewer;
            let told = header.iter().cloned().zip(cells).filter(|(_, cell)| !cell.trim().is_empty());
            rows.push(Value::Object(told.map(|(heading, cell)| (heading, Value::String(cell))).collect()));
        }
        true
    }

    /// Reads the package, service by service.
    pub fn read(self, importer: &Importer, sink: &mut dyn FnMut(Row)) -> FileReport {
        let mut emitter = Emitter::new(importer, sink);
        let index = Index::new(&self.tables);
        for (service, number) in index.table("services").iter().zip(1..) {
            hsds::take(&mut emitter, number, &index.service(service));
        }
        if emitter.report.rows == 0 && self.findings.is_empty() {
            emitter.find(What::FileUnreadable, "services.csv");
        }
        let mut report = emitter.report;
        report.findings.extend(self.findings);
        report
    }
}

/// The rows of tables by what they refer to.
struct Index<'a> {
    tables: &'a HashMap<&'static str, Vec<Value>>,
    /// By table and column, then by value.
    rows: HashMap<(&'static str, &'static str), HashMap<&'a str, Vec<&'a Value>>>,
}

/// The columns by which rows belong to others.
const BELONGING: [&str; 7] =
    ["id", "service_id", "organization_id", "location_id", "service_at_location_id", "contact_id", "link_id"];

impl<'a> Index<'a> {
    fn new(tables: &'a HashMap<&'static str, Vec<Value>>) -> Self {
        let mut rows: HashMap<_, HashMap<&'a str, Vec<&'a Value>>> = HashMap::new();
        for (table, all) in tables {
            for row in all {
                for column in BELONGING {
                    if let Some(Value::String(value)) = row.get(column) {
                        rows.entry((*table, column)).or_default().entry(value.as_str()).or_default().push(row);
                    }
                }
            }
        }
        Self { tables, rows }
    }

    fn table(&self, name: &str) -> &'a [Value] {
        self.tables.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn of(&self, table: &'static str, column: &'static str, id: &str) -> &[&'a Value] {
        self.rows.get(&(table, column)).and_then(|rows| rows.get(id)).map(Vec::as_slice).unwrap_or_default()
    }

    fn one(&self, table: &'static str, id: &str) -> Option<Map<String, Value>> {
        self.of(table, "id", id).first().and_then(|row| row.as_object()).cloned()
    }

    /// A service with all that belongs to it, as the JSON of the specification has it.
    fn service(&self, row: &Value) -> Value {
        let mut service = row.as_object().cloned().unwrap_or_default();
        let id = member(&service, "id");
        self.belongings(&mut service, "service_id", &id, 0);
        let attributes = self.of("attributes", "link_id", &id).iter().map(|attribute| {
            let mut attribute = attribute.as_object().cloned().unwrap_or_default();
            let term = self.one("taxonomy_terms", &member(&attribute, "taxonomy_term_id"));
            attribute.insert("taxonomy_term".to_owned(), term.map_or(Value::Null, Value::Object));
            Value::Object(attribute)
        });
        service.insert("attributes".to_owned(), attributes.collect());
        let at = self.of("service_at_location", "service_id", &id).iter().map(|at| {
            let mut at = at.as_object().cloned().unwrap_or_default();
            let own = member(&at, "id");
            self.belongings(&mut at, "service_at_location_id", &own, 0);
            let location = self.location(&member(&at, "location_id"));
            at.insert("location".to_owned(), location);
            Value::Object(at)
        });
        service.insert("service_at_locations".to_owned(), at.collect());
        if let Some(organization) = self.organization(&member(&service, "organization_id")) {
            service.insert("organization".to_owned(), organization);
        }
        Value::Object(service)
    }

    fn organization(&self, id: &str) -> Option<Value> {
        let mut organization = self.one("organizations", id)?;
        self.belongings(&mut organization, "organization_id", id, 0);
        let identifiers = self.of("organization_identifiers", "organization_id", id);
        organization.insert("organization_identifiers".to_owned(), json!(identifiers));
        let locations = self.of("locations", "organization_id", id).iter();
        let locations = locations.filter_map(|location| location.get("id")?.as_str()).map(|id| self.location(id));
        organization.insert("locations".to_owned(), locations.collect());
        Some(Value::Object(organization))
    }

    fn location(&self, id: &str) -> Value {
        let Some(mut location) = self.one("locations", id) else {
            return Value::Null;
        };
        self.belongings(&mut location, "location_id", id, 0);
        for table in ["addresses", "accessibility"] {
            location.insert(table.to_owned(), json!(self.of(table, "location_id", id)));
        }
        Value::Object(location)
    }

    /// Adds the rows of the tables that may belong to anything.
    fn belongings(&self, owner: &mut Map<String, Value>, column: &'static str, id: &str, depth: usize) {
        if id.is_empty() || depth > DEPTH {
            return;
        }
        for table in ["phones", "schedules", "languages", "cost_options"] {
            let rows = self.of(table, column, id);
            if !rows.is_empty() {
                owner.insert(table.to_owned(), json!(rows));
            }
        }
        let contacts = self.of("contacts", column, id).iter().map(|contact| {
            let mut contact = contact.as_object().cloned().unwrap_or_default();
            let own = member(&contact, "id");
            self.belongings(&mut contact, "contact_id", &own, depth + 1);
            Value::Object(contact)
        });
        let contacts: Vec<_> = contacts.collect();
        if !contacts.is_empty() {
            owner.insert("contacts".to_owned(), json!(contacts));
        }
    }
}

fn member(row: &Map<String, Value>, column: &str) -> String {
    row.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Opening, Territory};
    use care::Kind;

    const FILES: [(&str, &str); 12] = [
        ("organizations.csv", "id,name,description\no1,Exemple Association,Entraide\n"),
        (
            "services.csv",
            "id,organization_id,name,status,description\ns1,o1,Permanence de psychologues,active,Sans rendez-vous\ns2,o1,Ancienne permanence,defunct,\n",
        ),
        ("locations.csv", "id,location_type,name,latitude,longitude\nl1,physical,Maison,45.44,4.39\n"),
        ("service_at_location.csv", "id,service_id,location_id\na1,s1,l1\n"),
        (
            "addresses.csv",
            "id,location_id,address_1,city,state_province,postal_code,country,address_type\nd1,l1,\"1, rue X\",Saint-Étienne,Loire,42000,FR,physical\n",
        ),
        (
            "phones.csv",
            "id,service_id,location_id,contact_id,number,type,description\np1,s1,,,0465710102,voice,accueil\np2,,,c1,0465710103,voice,\n",
        ),
        ("contacts.csv", "id,service_id,name,email\nc1,s1,Accueil,accueil@exemple.fr\n"),
        ("schedules.csv", "id,service_id,freq,byday,opens_at,closes_at\nh1,s1,WEEKLY,\"MO,TU\",09:00,12:00\n"),
        ("languages.csv", "id,service_id,name,code\nl1,s1,Anglais,en\n"),
        ("taxonomy_terms.csv", "id,code,name,taxonomy\nt1,psy,Psychologue,autre\n"),
        ("attributes.csv", "id,link_id,taxonomy_term_id\nx1,s1,t1\n"),
        ("datapackage.csv", "id\n1\n"),
    ];

    fn read(package: Package) -> (Vec<Row>, FileReport) {
        let importer = Importer::new(Territory::load(), 20_780, "essai");
        let mut rows = Vec::new();
        let report = package.read(&importer, &mut |row| rows.push(row));
        (rows, report)
    }

    #[test]
    fn tables_are_joined_into_services() {
        let mut package = Package::default();
        let taken: Vec<_> =
            FILES.iter().filter(|(name, text)| package.add(&format!("dossier/{name}"), text.as_bytes())).collect();
        assert_eq!(taken.len(), FILES.len() - 1);
        let (rows, report) = read(package);
        assert_eq!((report.rows, report.findings), (2, vec![]));
        let entry = rows[0].result.as_ref().unwrap();
        assert_eq!((entry.id.as_str(), entry.kinds.as_slice()), ("hsds:s1", [Kind::Psychologist].as_slice()));
        assert_eq!((entry.locations[0].commune.as_str(), entry.locations[0].address.as_str()), ("42218", "1, rue X"));
        let contacts: Vec<_> =
            entry.contacts.iter().map(|contact| (contact.value.as_str(), contact.note.as_str())).collect();
        assert_eq!(
            contacts,
            [("04 65 71 01 02", "accueil"), ("accueil@exemple.fr", "Accueil"), ("04 65 71 01 03", "")]
        );
        let opening = |day| Opening { day, from: 540, until: 720 };
        assert_eq!(entry.offer.hours.weekly, [opening(0), opening(1)]);
        assert_eq!(
            (entry.offer.languages.as_slice(), entry.other_names.as_slice()),
            (["en".to_owned()].as_slice(), ["Exemple Association".to_owned()].as_slice())
        );
        assert_eq!(rows[1].result.as_ref().unwrap_err()[0].what, What::Inactive);
    }

    #[test]
    fn an_archive_is_read_as_its_files_are() {
        use std::io::{Cursor, Write};
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut package = Package::default();
        for (name, text) in FILES {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
            package.add(name, text.as_bytes());
        }
        let bytes = archive.finish().unwrap();
        let unpacked = Package::of_archive(bytes).unwrap();
        assert_eq!(read(unpacked), read(package));
        assert!(Package::of_archive(Cursor::new(b"nom;cp")).is_none());
    }

    #[test]
    fn a_package_without_services_is_refused() {
        let (rows, report) = read(Package::default());
        assert_eq!((rows.len(), report.findings[0].what), (0, What::FileUnreadable));
    }
}
