import { previewOperation } from '../../../../engine/editor/preview';

/** The provider fills in no placeholders, and documents no maximum length. */
export const preview = previewOperation({});
