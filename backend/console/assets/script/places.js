export const main = () => document.getElementById("main");
export const notice = () => document.getElementById("notice");
export const dirty = new WeakSet();
