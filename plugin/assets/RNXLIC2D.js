import{d as o,s as t}from"./EA3NMA5D.js";var n=o.createContext(null);function i(){let e=t(n);if(!e)throw new Error("outside of PlexSync's page");return e}export{n as a,i as b};
