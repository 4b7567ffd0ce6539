import { previewOperation } from '../../../../engine/editor/preview';
import { textRules } from '../../fields';

export const preview = previewOperation(textRules);
