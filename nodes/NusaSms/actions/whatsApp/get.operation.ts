import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
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
	output: (row, values) => whatsAppOutput(row, values.messageId),
	raw: (row) => row as IDataObject,
});
