/** Fields as the page names them. */
export const FIELD_NAMES: Readonly<Record<string, string>> = {
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
