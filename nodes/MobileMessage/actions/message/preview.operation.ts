import { previewOperation } from '../../../../engine/inputs/preview';
import { textRules } from '../../fields';

export const preview = previewOperation(textRules);
