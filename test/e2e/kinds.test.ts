/** What `inspect` says of forty descriptors of a kind: the table is `field/kinds.ts`. */
import { KINDS } from './field/kinds.ts';
import { itSaysEnoughOf } from './field/say-enough.ts';

itSaysEnoughOf(KINDS);
