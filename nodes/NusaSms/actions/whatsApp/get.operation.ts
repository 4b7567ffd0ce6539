import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { failure } from '../../../../engine/failure';
import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { envelope, whatsAppInfo, whatsAppOutput } from '../../messages';
import { apiPath } from '../../provider';

/** GET /whatsapp/status/{ref_no}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a WhatsApp message',
	description: 'Get a WhatsApp message and what became of it',
	effect: 'read',
	fields: { messageId: messageId('e.g. 175041319203754627'), ...simplify },
	request: (values) => ({ method: 'GET', path: `${apiPath}/whatsapp/status/${encodeURIComponent(values.messageId)}` }),
	response: envelope(whatsAppInfo),
	output(row, { messageId: asked }) {
		// The test host may answer its test words with any ID.
		if (row.ref_no && row.ref_no !== asked && /^\d+$/.test(asked)) {
			throw failure('refused', `NusaSMS answered about another message (${row.ref_no})`, 'It says nothing of this one. Run again, and ask NusaSMS if it says the same again.');
		}
		return whatsAppOutput(row, asked);
	},
	raw: (row) => row as IDataObject,
});
