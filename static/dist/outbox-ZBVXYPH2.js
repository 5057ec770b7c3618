import{a,b,c,d}from"./chunk-3UVQ3NB5.js";import"./chunk-OQSLVB5U.js";export{b as drop,c as flush,d as understand,a as waiting};
