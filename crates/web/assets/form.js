// @ts-check
// The form of a care record: what was answered, and which fields are shown with it. The house decides the same again when
// the record is closed; here it is only for the eyes, at once.

/** @typedef {Record<string, string[]>} Answers */
/** @typedef {{ key: string, by: string | null, atLeast: number | null, oneOf: string[] }} Rule when a field is shown */

/**
 * What was answered, from the pairs of a form. A name with a point is for the eyes and no answer; nothing chosen is none.
 * @param {Iterable<[string, string]>} pairs
 * @returns {Answers}
 */
export function answersOf(pairs) {
  /** @type {Answers} */
  const answers = {};
  for (const [name, value] of pairs) {
    if (name.includes(".") || value.trim() === "") continue;
    (answers[name] ??= []).push(value);
  }
  return answers;
}

/**
 * The keys of the fields that are shown. Rules speak of fields that come before: one that is not shown answers nothing.
 * @param {Rule[]} rules one for each field, in the order of the form
 * @param {Answers} answers
 * @returns {Set<string>}
 */
export function shown(rules, answers) {
  /** @type {Set<string>} */
  const seen = new Set();
  for (const { key, by, atLeast, oneOf } of rules) {
    const given = by === null || !seen.has(by) ? [] : (answers[by] ?? []);
    const holds = (/** @type {string} */ value) => (atLeast === null ? oneOf.includes(value) : Number(value) >= atLeast);
    if (by === null || given.some(holds)) seen.add(key);
  }
  return seen;
}

/** The answers of a form on the page. @param {HTMLFormElement} form */
export function answered(form) {
  return answersOf([...new FormData(form)].map(([name, value]) => /** @type {[string, string]} */ ([name, String(value)])));
}

/** Shows the fields that what is answered asks for, and hides the others. @param {HTMLFormElement} form */
export function follow(form) {
  const fields = [...form.querySelectorAll("[data-field]")].filter((field) => field instanceof HTMLElement);
  const rules = fields.map(({ dataset }) => ({
    key: dataset.field ?? "",
    by: dataset.shownBy ?? null,
    atLeast: dataset.atLeast === undefined ? null : Number(dataset.atLeast),
    oneOf: (dataset.oneOf ?? "").split(" "),
  }));
  const seen = shown(rules, answered(form));
  for (const field of fields) field.hidden = !seen.has(field.dataset.field ?? "");
  for (const section of form.querySelectorAll("[data-section]")) {
    if (section instanceof HTMLElement) section.hidden = !section.querySelector("[data-field]:not([hidden])");
  }
}
