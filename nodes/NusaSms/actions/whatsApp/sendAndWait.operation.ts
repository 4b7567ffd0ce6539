import { askOperation } from '../../../../engine/asking/operation';
import { destinationFields } from '../../fields';
import { send } from './send.operation';

const { sendTo: _sendTo, groupId: _groupId, ...toPeople } = send.fields;

const people = { ...send, fields: { ...toPeople, to: { ...destinationFields.to, showWhen: undefined } } } as typeof send;

/** POST /whatsapp/message, to people and not to groups. Answers come by the link alone: a WhatsApp message that comes in does not say which one it answers. */
export const sendAndWait = askOperation(people, { medium: { name: 'WhatsApp', one: 'a WhatsApp message' }, options: ['defaultCountry', 'earlierSends', 'sender', 'timeout'] });
