/**
 * Leaks that people reported, rebuilt, and what `inspect` has to say of each: the table is `field/cases.ts`.
 *
 *     npx vitest run --project e2e test/e2e/field.test.ts -t s-03          one of them, after `npm run build`
 *     npx vitest run --project long test/long/field.test.ts -t s-01        one that needs a compiler of Go or Java, or a server
 */
import { TOOLS } from '../../scripts/tools.js';
import { FIELD } from './field/cases.ts';
import { itSaysEnoughOf } from './field/say-enough.ts';

itSaysEnoughOf(FIELD.filter(({ tools }) => tools.every((tool) => tool in TOOLS.test)));
