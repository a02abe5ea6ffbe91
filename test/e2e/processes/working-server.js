/**
 * A healthy server of 500 connections a second that is at work for 100 ms after a first answer, while clients reset: dead sockets wait for
 * that long. `ready {"pid":4242,"port":41375}`. Exits when its standard input closes.
 */
import { startServer } from './served.js';

startServer({ perSecond: 500, holdMs: 0, workMs: 100 });
