import { TOOLS } from '../../scripts/tools.js';
import { FIELD } from '../e2e/field/cases.ts';
import { itSaysEnoughOf } from '../e2e/field/say-enough.ts';

itSaysEnoughOf(FIELD.filter(({ tools }) => tools.some((tool) => !(tool in TOOLS.test))));
