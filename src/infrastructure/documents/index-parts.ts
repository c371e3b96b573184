/** How an index is declared: `+` marks a field that it keeps behind the id. */
type Declared = readonly string[];

const KEPT = '+';

/** The fields by which documents are found and ordered, in their order. */
export const searchedFieldsOf = (index: Declared): readonly string[] =>
  index.filter((field) => !field.startsWith(KEPT));

/** The fields that are compared without reading documents. */
export const keptFieldsOf = (index: Declared): readonly string[] =>
  index.filter((field) => field.startsWith(KEPT)).map((field) => field.slice(KEPT.length));
