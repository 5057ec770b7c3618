import{a,b,c,d}from"./chunk-R42ZNFL6.js";import"./chunk-3AOTCUSE.js";export{b as drop,c as flush,d as understand,a as waiting};
