import type { IDataObject } from 'n8n-workflow';

import { failure } from '../../../../engine/failure';
import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { message } from '../../../../engine/output/message';
import { messageId } from '../../fields';
import { smsStatus } from '../../messages';
import { commandPath } from '../../provider';
import type { ResultRow } from '../../results';
import { rawOf, resultRows, statusIn } from '../../results';
import { isKnownRefusal, refusalOf } from '../../statuses';

/** GET /sms/command, cmd=DR. No document shows its answer: what is recognised gets a column, and all of it stands in `raw`. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get an SMS',
	description: 'Get what became of an SMS',
	effect: 'read',
	fields: { messageId: messageId('e.g. 175041319203754627') },
	request: (values) => ({ method: 'GET', path: commandPath, authentication: 'query', query: { cmd: 'DR', ref_no: values.messageId, output: 'json' } }),
	response: z.unknown(),
	output(body, values): IDataObject {
		const rows = resultRows(body);
		const idOf = (row: ResultRow): string | undefined => row['messageid'] || row['message_id'] || row['ref_no'];
		// What names another message says nothing of this one.
		const row = rows.find((each) => [idOf(each), each['id']].includes(values.messageId)) ?? rows.find((each) => !idOf(each)) ?? {};
		const written = statusIn(row) ?? row['value'];
		if (written !== undefined && isKnownRefusal(written)) {
			const { reason, advice } = refusalOf(written);
			throw failure('refused', `NusaSMS refused the request: ${reason}`, advice);
		}
		const to = row['destination'] ?? row['gsm'] ?? row['recipient'];
		const status = smsStatus(written);
		// What has a status was taken, whatever became of it.
		return { ...message({ messageId: values.messageId, to, status, accepted: status === 'unknown' ? undefined : true }), statusText: written ?? null, raw: rawOf(body) };
	},
});
