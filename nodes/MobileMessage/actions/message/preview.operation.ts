import { previewOperation } from '../../../../engine/editor/preview';
import { defaultCountry, textRules } from '../../fields';

export const preview = previewOperation(textRules, defaultCountry);
