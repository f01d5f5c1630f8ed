/** Where PlexSync's page is, in Stash's router. */
export const ADDRESS = "/plugins/plexsync";
