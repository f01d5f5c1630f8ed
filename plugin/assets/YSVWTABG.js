var s="/plugins/plexsync";export{s as a};
