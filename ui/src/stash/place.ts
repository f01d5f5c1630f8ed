/** Where Stash is, for code that also runs without its interface. */

/** The plugin's name among Stash's plugins. */
export const PLUGIN = "StashPlexSync";

/** Return an address of Stash's below the page's base, which knows the path prefix of a reverse proxy. */
export const below = (path: string): URL => new URL(path, document.baseURI);
