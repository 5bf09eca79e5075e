use super::*;
use crate::import::{Field, Severity};
use crate::{Entry, Territory};
use care::{Fee, Kind};

fn importer() -> Importer {
    Importer::new(Territory::load(), 20_780, "essai")
}

fn read_all(bytes: &[u8]) -> (Vec<Row>, FileReport) {
    let mut rows = Vec::new();
    let report = read(&importer(), bytes, None, &mut |row| rows.push(row));
    (rows, report)
}

fn entry(row: &Row) -> &Entry {
    row.result.as_ref().unwrap()
}

fn found(row: &Row) -> Vec<What> {
    let refused = row.result.as_ref().err().into_iter().flatten();
    row.findings.iter().chain(refused).map(|finding| finding.what).collect()
}

#[test]
fn a_table_of_others_is_read_without_being_told_how() {
    let text = "Prénom,Nom,Spécialité,Adresse,CP,Ville,Tél,Mail,Langues,RPPS,Conventionnement\n\
                Camille,EXEMPLE,\"Psychologue, psychothérapeute\",\"1, rue X\",42000,St Etienne,0465710102 / 0639980001,\
                c@exemple.fr,\"français, LSF\",10001234567,secteur 2\n";
    let (rows, report) = read_all(text.as_bytes());
    assert_eq!((report.rows, report.findings), (1, vec![]));
    let entry = entry(&rows[0]);
    assert_eq!((entry.id.as_str(), entry.name.as_str()), ("rpps:10001234567", "Camille EXEMPLE"));
    assert_eq!(entry.kinds, [Kind::Psychologist, Kind::Psychotherapist]);
    assert_eq!(entry.locations[0].commune, "42218");
    assert_eq!(entry.locations[0].address, "1, rue X");
    let contacts: Vec<_> = entry.contacts.iter().map(|contact| contact.value.as_str()).collect();
    assert_eq!(contacts, ["04 65 71 01 02", "06 39 98 00 01", "c@exemple.fr"]);
    assert_eq!(entry.offer.languages, ["fr", "fsl"]);
    assert_eq!(entry.offer.fees, [Fee::Sector2]);
    assert_eq!(entry.keeping.source, "essai");
    assert_eq!(found(&rows[0]), []);
}

#[test]
fn encodings_are_told_apart_row_by_row() {
    let text = "Nom;Type;CP;Ville\nÉloïse Démo;psychologue;42000;Saint-Étienne\n";
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &wide, &marked] {
        let (rows, report) = read_all(bytes);
        assert_eq!(entry(&rows[0]).name, "Éloïse Démo");
        assert_eq!((found(&rows[0]), report.findings), (vec![What::IdentifierMissing], vec![]));
    }
    let (rows, report) = read_all(&latin);
    assert_eq!(entry(&rows[0]).name, "Éloïse Démo");
    assert!(found(&rows[0]).contains(&What::EncodingGuessed));
    assert_eq!(report.findings[0].what, What::EncodingGuessed);
    let (rows, _) = read_all("Nom;CP\nÃ‰loÃ¯se DÃ©mo;42000\n".as_bytes());
    assert_eq!(entry(&rows[0]).name, "Éloïse Démo");
    assert!(found(&rows[0]).contains(&What::Mojibake));
}

#[test]
fn every_way_of_parting_and_quoting_is_read() {
    for (separator, text) in [
        (';', "nom;adresse\r\n\"A \"\"B\"\" ; C\";1 rue X\r\n"),
        (',', "nom,adresse\n\"A \"\"B\"\" ; C\",1 rue X"),
        ('\t', "nom\tadresse\nA \"B\" ; C\t1 rue X\n"),
        ('|', "nom|adresse\nA \"B\" ; C|1 rue X\n"),
        (';', "sep=;\nnom;adresse\n\"A \"\"B\"\" ; C\";1 rue X\n"),
    ] {
        assert_eq!(look(text.as_bytes(), 1).separator, separator);
        let (rows, _) = read_all(text.as_bytes());
        assert_eq!(entry(&rows[0]).name, "A \"B\" ; C", "{text}");
        assert_eq!(entry(&rows[0]).locations[0].address, "1 rue X", "{text}");
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let mut text = "nom;cp\nA;42000\n\"B;42000\n".to_owned();
    for number in 0..300 {
        text.push_str(&format!("C{number};42000\n"));
    }
    let (rows, _) = read_all(text.as_bytes());
    assert_eq!(rows.len(), 302);
    let refused: Vec<_> = rows.iter().filter(|row| row.result.is_err()).map(|row| row.number).collect();
    assert_eq!(refused, [3]);
    assert_eq!(rows.last().unwrap().number, 303);
}

#[test]
fn a_cell_on_several_lines_is_one_cell() {
    let (rows, _) = read_all(b"nom;presentation;cp\nA;\"un\ndeux\";42000\nB;;42000\n");
    assert_eq!(entry(&rows[0]).about, "un\ndeux");
    assert_eq!((rows[0].number, rows[1].number), (2, 4));
}

#[test]
fn hostile_cells_stay_text_and_are_said() {
    let text = "nom;site;cp\n<script>alert(1)</script>;javascript:alert(1);42000\n=1+1;x;42000\n'=1+1;;42000\n";
    let (rows, _) = read_all(text.as_bytes());
    assert_eq!(entry(&rows[0]).name, "<script>alert(1)</script>");
    assert!(found(&rows[0]).contains(&What::LooksLikeCode) && found(&rows[0]).contains(&What::LinkUnsafe));
    assert_eq!(entry(&rows[0]).contacts, []);
    assert_eq!(entry(&rows[1]).name, "=1+1");
    assert_eq!(entry(&rows[2]).name, "=1+1", "the guard of an export is taken off");
}

#[test]
fn rows_that_lack_something_are_said_and_others_go_on() {
    let text = "nom;type;cp;ville;lat;lon;tel\n\
                ;psychologue;42000;;;;\n\
                A;psychologue;42000;Saint-Étienne;4.39;45.44;0465710102\n\
                B;psychologue;;;;;0465710103\n\
                C;psychologue\n\
                D;psychologue;42000;Saint-Étienne;;;;;;trop\n";
    let (rows, report) = read_all(text.as_bytes());
    assert_eq!(report.rows, 5);
    assert_eq!(found(&rows[0]), [What::NameMissing]);
    assert!(found(&rows[1]).contains(&What::PointSwapped));
    assert!(found(&rows[2]).contains(&What::PlaceMissing) && rows[2].result.is_ok());
    assert!(found(&rows[3]).contains(&What::CellsMissing) && rows[3].result.is_ok());
    assert!(found(&rows[4]).contains(&What::CellsTooMany) && rows[4].result.is_ok());
}

#[test]
fn a_saved_mapping_is_used_for_its_header_alone() {
    let text = "Qui;Quoi;Où\nCamille Exemple;psy;42000\n";
    let (rows, report) = read_all(text.as_bytes());
    assert_eq!((rows.len(), report.findings[0].severity()), (0, Severity::Refused));
    let header = look(text.as_bytes(), 0).header;
    let mut mapping = Mapping::guess(&header);
    mapping.columns = vec![Some(Field::Name), Some(Field::Kind), Some(Field::Postcode)];
    mapping.kinds.insert("psy".to_owned(), Kind::Psychologist);
    let mut rows = Vec::new();
    read(&importer(), text.as_bytes(), Some(&mapping), &mut |row| rows.push(row));
    assert_eq!(entry(&rows[0]).kinds, [Kind::Psychologist]);
    rows.clear();
    read(&importer(), "nom;cp\nA;42000\n".as_bytes(), Some(&mapping), &mut |row| rows.push(row));
    assert_eq!(entry(&rows[0]).name, "A");
}

#[test]
fn one_bad_row_among_fifty_thousand_is_found() {
    let mut text = "nom;type;cp;ville;telephone;rpps\n".to_owned();
    for number in 0..50_000 {
        if number == 31_337 {
            text.push_str(";psychologue;42000;Saint-Étienne;;\n");
        } else {
            text.push_str(&format!(
                "Exemple {number};psychologue;42000;Saint-Étienne;0465710102;{}\n",
                10_000_000_000_u64 + number
            ));
        }
    }
    let (mut good, mut bad) = (0, Vec::new());
    let report = read(&importer(), text.as_bytes(), None, &mut |row| match row.result {
        Ok(_) => good += 1,
        Err(_) => bad.push(row.number),
    });
    assert_eq!((report.rows, good, bad), (50_000, 49_999, vec![31_339]));
}

#[test]
fn the_same_identifier_twice_is_said() {
    let (rows, _) = read_all(b"nom;rpps;cp\nA;10001234567;42000\nA;10001234567;69001\n");
    assert!(found(&rows[1]).contains(&What::Repeated));
    assert_eq!(rows[1].findings.last().unwrap().value, "rpps:10001234567 (2)");
}

#[test]
fn a_line_without_end_is_refused_and_the_next_is_read() {
    let text = format!("nom;cp\n{}\nB;42000\n", "A".repeat(3 << 20));
    let (rows, _) = read_all(text.as_bytes());
    assert!(rows[0].result.is_err());
    assert_eq!(entry(&rows[1]).name, "B");
}

#[test]
fn numbers_of_two_sources_are_two_things() {
    let id = |source: &str, cell: &str| {
        let mut ids = Vec::new();
        let importer = Importer::new(Territory::load(), 20_780, source);
        let text = format!("numero;nom;cp\n{cell};A;42000\n");
        read(&importer, text.as_bytes(), None, &mut |row| ids.push(row.result.unwrap().id));
        ids.remove(0)
    };
    assert_eq!(id("Réseau de l’Est", "7"), "reseau-de-l-est:7");
    assert_eq!(id("Réseau du Sud", "7"), "reseau-du-sud:7");
    assert_eq!(id("", "7"), "own:7");
    assert_eq!(id("Réseau du Sud", "finess:420000018"), "finess:420000018");
}
