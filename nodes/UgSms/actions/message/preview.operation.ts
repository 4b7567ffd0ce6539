import { previewOperation } from '../../../../engine/editor/preview';
import { askBalance } from '../../balance';
import { defaultCountry, exampleNumber } from '../../fields';

/** The provider fills in no placeholders, and documents no maximum length. */
export const preview = previewOperation({ example: exampleNumber }, defaultCountry, undefined, askBalance);
