import { previewOperation } from '../../../../engine/editor/preview';
import { defaultCountry } from '../../fields';
import { fileLinks, fileWarnings, maxFilesSize, sizeOf, textRules } from '../../links';

export const preview = previewOperation(textRules, defaultCountry, {
	options: { files: fileLinks, maxFilesSize },
	warnings: fileWarnings,
	columns: ({ files = [] }) => ({ files: files.map(({ name, mimeType, size }) => ({ name, mimeType, size })), filesSize: sizeOf(files) }),
});
