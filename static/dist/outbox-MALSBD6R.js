import{a,b,c,d}from"./chunk-K6FZZD52.js";import"./chunk-VIB73XBS.js";export{b as drop,c as flush,d as understand,a as waiting};
