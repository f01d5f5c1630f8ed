import{d as o,s as t}from"./3E67H4BP.js";var n=o.createContext(null);function i(){let e=t(n);if(!e)throw new Error("outside of PlexSync's page");return e}export{n as a,i as b};
