/**
 * A healthy server that opens and closes 500 connections a second and leaks nothing; `ready {"pid":4242,"port":41375}`.
 * Its clients end by turns with FIN and RST. Exits when its standard input closes.
 */
import { startServer } from './served.js';

startServer({ perSecond: 500, holdMs: 0 });
