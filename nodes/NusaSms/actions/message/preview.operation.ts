import { previewOperation } from '../../../../engine/editor/preview';
import { askBalance } from '../../credit';
import { defaultCountry, textRules } from '../../fields';

/** The provider fills in no placeholders. */
export const preview = previewOperation({ ...textRules, example: '0812 3456 7890' }, defaultCountry, undefined, askBalance);
