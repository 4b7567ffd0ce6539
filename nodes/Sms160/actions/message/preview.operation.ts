import { previewOperation } from '../../../../engine/editor/preview';
import { defaultCountry } from '../../fields';
import { askBalance } from '../../responses';

/** The provider fills in no placeholders, and documents no maximum length. */
export const preview = previewOperation({}, defaultCountry, undefined, askBalance);
