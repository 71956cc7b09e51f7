export { handler } from "./other.js";
