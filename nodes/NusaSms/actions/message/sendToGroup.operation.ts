import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { failOnRefused, includeInput, maxSegments, text } from '../../../../engine/inputs/fields';
import type { MessageStatus } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { message } from '../../../../engine/output/message';
import { checkLength, earlierSends, oneTimePassword, smsQuery, smsText, unicode } from '../../fields';
import { onlyCulprit, smsOutcome } from '../../messages';
import { smsPath } from '../../provider';
import { sendResult } from '../../results';

function groupMessage(group: string, words: string, status: MessageStatus, accepted?: boolean): IDataObject {
	return { ...message({ text: words, status, accepted }), groupId: group, campaignName: null };
}

/** POST /sms/v3/sendsms/group, called at https://api.nusasms.com/api/v3/sendsms/group. */
export const sendToGroup = batchOperation({
	label: 'Send to Group',
	action: 'Send an SMS to a group',
	description: 'Send an SMS to all contacts of a contacts group in one request',
	effect: 'once',
	subject: 'group message',
	fields: {
		group: text({ label: 'Group Name', required: true, placeholder: 'e.g. Customers', description: 'The name of a contacts group, as it is written under Utilities > Address Book at app.nusasms.com' }),
		message: smsText,
	},
	options: { earlierSends, failOnRefused, includeInputFields: includeInput(false), maxSegments, otp: oneTimePassword, ...simplify, unicode },
	identity: ['group', 'message'],
	check: checkLength,
	batchSize: 1,
	shared: () => undefined,
	entries: (values) => [{ ...smsQuery(values), group: values.group }],
	recipient: ({ group }) => group,
	request: ([query]) => ({ method: 'POST', path: `${smsPath}/group`, authentication: 'query', query }),
	response: sendResult,
	outcomes(result, [entry]) {
		const { group, SMSText: words } = entry ?? { group: '', SMSText: '' };
		const { campaign_name: campaignName } = result.row;
		const named = { ...(campaignName && { campaignName }) };
		return [smsOutcome(result, { ...groupMessage(group, words, 'queued', true), ...named }, { ...groupMessage(group, words, 'failed', false), ...named })];
	},
	unanswered: ({ group, SMSText: words }, status) => groupMessage(group, words, status),
	culprits: onlyCulprit,
});
