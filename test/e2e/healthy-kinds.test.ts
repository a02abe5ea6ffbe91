/** What `inspect` says of healthy programs that hold many of a kind: the table is `field/healthy.ts`. */
import { HEALTHY } from './field/healthy.ts';
import { itSaysEnoughOf } from './field/say-enough.ts';

itSaysEnoughOf(HEALTHY);
