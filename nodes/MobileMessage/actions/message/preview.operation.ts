import { previewOperation } from '../../../../engine/editor/preview';
import { defaultCountry, textRules } from '../../fields';
import { askBalance } from '../../responses';

export const preview = previewOperation(textRules, defaultCountry, undefined, askBalance);
