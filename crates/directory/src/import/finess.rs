//! The older flat files of FINESS, the register of health and social structures: lines parted by semicolons without a
//! header, the first one about the file, then one « structureet » for each structure and, in the file with places, one
//! « geolocalisation » for each, after them all.
//!
//! Places come last, so every line waits for the end of the file: a hundred thousand structures, which is the whole register,
//! are about forty megabytes.

use super::csv::Records;
use super::draft::Draft;
use super::place::RawPlace;
use super::{Emitter, Field, FileReport, Finding, Importer, Row, What, lambert};
use crate::ContactKind;
use care::Kind;
use std::collections::HashMap;
use std::io::Read;

/// The cells of a line « structureet » that are used, by their places.
mod column {
    pub(super) const FINESS: usize = 1;
    pub(super) const SHORT_NAME: usize = 3;
    pub(super) const LONG_NAME: usize = 4;
    pub(super) const NUMBER: usize = 7;
    pub(super) const STREET_TYPE: usize = 8;
    pub(super) const STREET: usize = 9;
    pub(super) const STREET_MORE: usize = 10;
    pub(super) const HAMLET: usize = 11;
    pub(super) const COMMUNE: usize = 12;
    pub(super) const DEPARTEMENT: usize = 13;
    pub(super) const ROUTING: usize = 15;
    pub(super) const PHONE: usize = 16;
    pub(super) const FAX: usize = 17;
    pub(super) const CATEGORY: usize = 18;
    pub(super) const CATEGORY_LABEL: usize = 19;
    pub(super) const SIRET: usize = 22;
    pub(super) const COUNT: usize = 29;
}

/// Categories of structures that a line may send to, by their code in FINESS; see `NOTICE`. Others are told by their label.
const CATEGORIES: &[(&str, Kind)] = &[
    ("101", Kind::Hospital),
    ("106", Kind::Hospital),
    ("114", Kind::Hospital),
    ("124", Kind::HealthCentre),
    ("128", Kind::Hospital),
    ("129", Kind::Hospital),
    ("131", Kind::Hospital),
    ("156", Kind::MentalHealthCentre),
    ("161", Kind::Hospital),
    ("178", Kind::AddictionCentre),
    ("189", Kind::MentalHealthCentre),
    ("197", Kind::AddictionCentre),
    ("214", Kind::Shelter),
    ("219", Kind::Shelter),
    ("292", Kind::Hospital),
    ("355", Kind::Hospital),
    ("365", Kind::Hospital),
    ("425", Kind::MentalHealthCentre),
    ("430", Kind::Hospital),
    ("603", Kind::HealthCentre),
    ("604", Kind::HealthCentre),
];

/// Adds the kind that a category is.
pub(super) fn category(draft: &mut Draft, code: &str, label: &str) {
    match CATEGORIES.iter().find(|(known, _)| *known == code.trim()) {
        Some((_, kind)) => draft.push_kind(*kind),
        None if label.trim().is_empty() => draft.kind(code, false),
        None => draft.kind(label, false),
    }
}

/// Reads a flat file.
pub fn read(importer: &Importer, input: impl Read, sink: &mut dyn FnMut(Row)) -> FileReport {
    let mut emitter = Emitter::new(importer, sink);
    let mut records = Records::new(input);
    records.set_separator(b';');
    let mut waiting: Vec<(u64, bool, String)> = Vec::new();
    let mut places: HashMap<String, [String; 3]> = HashMap::new();
    while let Some((line, cells)) = records.next_cells() {
        let (cells, guessed) = match cells {
            Ok(cells) => cells,
            Err(told) => {
                emitter.refuse(line, Finding::new(What::RowUnreadable, None, &told));
                continue;
            }
        };
        match cell(&cells, 0) {
            "finess" if line == 1 => {}
            "structureet" => waiting.push((line, guessed, cells.join(TOGETHER))),
            "geolocalisation" => {
                let told = [2, 3, 4].map(|place| cell(&cells, place).to_owned());
                places.insert(cell(&cells, 1).to_owned(), told);
            }
            other => emitter.refuse(line, Finding::new(What::RowUnreadable, None, other)),
        }
    }
    for (line, guessed, cells) in waiting {
        let cells: Vec<_> = cells.split(TOGETHER).map(str::to_owned).collect();
        let mut draft = structure(&cells);
        if guessed {
            draft.findings.push(Finding::new(What::EncodingGuessed, None, &draft.entry.name));
            emitter.find(What::EncodingGuessed, "");
        }
        if let Some(place) = places.get(cell(&cells, column::FINESS)) {
            locate(&mut draft, place);
        }
        emitter.draft(line, draft);
    }
    if emitter.report.rows == 0 {
        emitter.find(What::FileUnreadable, "");
    }
    emitter.report
}

/// What keeps the cells of a line apart while it waits: a control character that no cell keeps anyway.
const TOGETHER: &str = "\u{1f}";

fn cell(cells: &[String], place: usize) -> &str {
    cells.get(place).map_or("", |cell| cell.trim())
}

fn structure(cells: &[String]) -> Draft {
    let mut draft = Draft::default();
    let at = |place| cell(cells, place);
    let (short, long) = (at(column::SHORT_NAME), at(column::LONG_NAME));
    draft.entry.name = draft.line(if long.is_empty() { short } else { long }, Field::Name);
    let short = draft.line(short, Field::OtherNames);
    if !short.is_empty() && short != draft.entry.name {
        draft.entry.other_names.push(short);
    }
    draft.identifier("finess", at(column::FINESS));
    draft.identifier("siret", at(column::SIRET));
    category(&mut draft, at(column::CATEGORY), at(column::CATEGORY_LABEL));
    draft.contact(ContactKind::Phone, at(column::PHONE), "", false);
    draft.contact(ContactKind::Fax, at(column::FAX), "", false);
    let street = [column::NUMBER, column::STREET_TYPE, column::STREET, column::STREET_MORE, column::HAMLET].map(at);
    draft.places.push(RawPlace {
        code: insee(at(column::DEPARTEMENT), at(column::COMMUNE)),
        commune: at(column::ROUTING).to_owned(),
        address: street.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        departement: at(column::DEPARTEMENT).to_owned(),
        ..RawPlace::default()
    });
    if cells.len() < column::COUNT {
        draft.findings.push(Finding::new(What::CellsMissing, None, &format!("{} < {}", cells.len(), column::COUNT)));
    }
    draft
}

/// The code of a commune from its three digits and its département's code, which overseas is « 9A » and so on in FINESS.
fn insee(departement: &str, commune: &str) -> String {
    match departement.as_bytes() {
        [b'9', b'A'..=b'F'] => format!("97{commune}"),
        [b'9', b'7' | b'8', _] if commune.len() == 3 => {
            format!("{}{commune}", departement.get(..2).unwrap_or_default())
        }
        _ => format!("{departement}{commune}"),
    }
}

/// Takes what a line « geolocalisation » says: easting, northing, and whence they are in which projection.
fn locate(draft: &mut Draft, [x, y, source]: &[String; 3]) {
    let number = |text: &str| text.replace(',', ".").parse::<f64>().ok();
    let Some(place) = draft.places.first_mut() else {
        return;
    };
    let (Some(x), Some(y)) = (number(x), number(y)) else {
        return;
    };
    match lambert::point(x, y) {
        Some(point) => (place.latitude, place.longitude) = (point.latitude.to_string(), point.longitude.to_string()),
        // Overseas has projections of its own, the names of which are in the source; the middle of the commune must do.
        None => draft.find(What::PointUnreadable, Field::Latitude, &format!("{x} {y} {source}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Territory};

    const FILE: &str = "finess;etalab;93;2026-05-12\n\
        structureet;420000018;420000000;CMP EXEMPLE;CENTRE MEDICO PSYCHOLOGIQUE EXEMPLE;;;12;R;DE LA MAQUETTE;;;218;42;LOIRE;\
        42055 ST ETIENNE CEDEX 2;0465710102;0465710103;156;Centre Médico-Psychologique (C.M.P.);1111;;12345678901234;8610Z;03;;1;;\
        1979-02-13;1979-02-13;2020-02-04;\n\
        structureet;9A0000012;9A0000000;CSAPA EXEMPLE;CSAPA EXEMPLE;;;;;;;;105;9A;GUADELOUPE;97100 BASSE TERRE;0590000000;;197;\
        CSAPA;;;;;;;;;;;;\n\
        geolocalisation;420000018;808542.0;6483391.0;1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,LAMBERT_93;2026-05-01\n\
        geolocalisation;9A0000012;640000.0;1768000.0;2,ATLASANTE,IGN,UTM_N20;2026-05-01\n";

    fn read_all(text: &[u8]) -> (Vec<Row>, FileReport) {
        let importer = Importer::new(Territory::load(), 20_780, "FINESS");
        let mut rows = Vec::new();
        let report = read(&importer, text, &mut |row| rows.push(row));
        (rows, report)
    }

    fn entry(row: &Row) -> &Entry {
        row.result.as_ref().unwrap()
    }

    #[test]
    fn structures_and_their_places_are_joined() {
        let (rows, report) = read_all(FILE.as_bytes());
        assert_eq!((report.rows, report.findings), (2, vec![]));
        let cmp = entry(&rows[0]);
        assert_eq!(
            (cmp.id.as_str(), cmp.kinds.as_slice()),
            ("finess:420000018", [Kind::MentalHealthCentre].as_slice())
        );
        assert_eq!(cmp.other_names, ["CMP EXEMPLE"]);
        assert_eq!(cmp.locations[0].address, "12 R DE LA MAQUETTE");
        assert_eq!((cmp.locations[0].commune.as_str(), cmp.locations[0].postcode.as_str()), ("42218", "42055"));
        let point = cmp.locations[0].point.unwrap();
        assert!((point.latitude - 45.44).abs() < 0.02 && (point.longitude - 4.39).abs() < 0.02, "{point:?}");
        assert_eq!(cmp.phone(), Some("04 65 71 01 02"));
        assert_eq!(rows[0].findings, []);
        let csapa = entry(&rows[1]);
        assert_eq!(
            (csapa.locations[0].commune.as_str(), csapa.kinds.as_slice()),
            ("97105", [Kind::AddictionCentre].as_slice())
        );
        assert_eq!(csapa.locations[0].point, Some(Territory::load().commune("97105").unwrap().point));
        assert_eq!(rows[1].findings[0].what, What::PointUnreadable);
    }

    #[test]
    fn a_file_without_places_is_read_with_those_of_the_communes() {
        let text: String =
            FILE.lines().filter(|line| !line.starts_with("geo")).map(|line| format!("{line}\n")).collect();
        let (rows, report) = read_all(text.as_bytes());
        assert_eq!((report.rows, rows[0].number), (2, 2));
        assert_eq!(entry(&rows[0]).locations[0].point, Some(Territory::load().commune("42218").unwrap().point));
    }

    #[test]
    fn broken_lines_are_said_and_the_rest_read() {
        let text = format!("{FILE}structureet;1\nautre;chose\n");
        let (rows, report) = read_all(text.as_bytes());
        assert_eq!(report.rows, 4);
        assert_eq!(rows.iter().filter(|row| row.result.is_ok()).count(), 2);
        let (rows, report) = read_all(b"nom;cp\nA;42000\n");
        assert!(rows.iter().all(|row| row.result.is_err()) && report.rows == 2);
    }

    #[test]
    fn codes_of_communes_are_put_together() {
        for (departement, commune, code) in
            [("42", "218", "42218"), ("2A", "004", "2A004"), ("9D", "411", "97411"), ("971", "105", "97105")]
        {
            assert_eq!(insee(departement, commune), code);
        }
    }
}
