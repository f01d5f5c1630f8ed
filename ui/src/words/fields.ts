import type { Arguments } from "../protocol/call.ts";

/** A field or a picture. */
export type FieldName = Exclude<NonNullable<Arguments<"preview_rows">["field"]>, "">;

/** In the one order in which they stand everywhere. */
const NAMES: Readonly<Record<FieldName, string>> = {
  title: "Title",
  sort_title: "Sort title",
  date: "Date",
  summary: "Summary",
  studio: "Studio",
  actors: "Actors",
  directors: "Directors",
  genres: "Genres",
  collections: "Collections",
  labels: "Labels",
  rating: "Rating",
  poster: "Poster",
  art: "Background",
};

/** Fields as the page names them. */
export const FIELD_NAMES: Readonly<Record<string, string>> = NAMES;

/** Return a field's name, or what is not known by its own. */
export const fieldName = (field: string): string => FIELD_NAMES[field] ?? field;

/** The fields that hold several names. */
export const LISTS: ReadonlySet<string> = new Set<FieldName>(["actors", "directors", "genres", "collections", "labels"]);

const PLACES: readonly string[] = Object.keys(NAMES);

/** Return some fields in their order. */
export const inOrder = (fields: readonly string[]): readonly string[] =>
  [...fields].sort((one, other) => PLACES.indexOf(one) - PLACES.indexOf(other));
