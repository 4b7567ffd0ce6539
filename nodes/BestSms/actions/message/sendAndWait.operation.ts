import { askOperation } from '../../../../engine/asking/operation';
import { asking } from '../../asking';
import { send } from './send.operation';

/** POST /send/sms with the address of the waiting execution as "WebhookCallbackURL". */
export const sendAndWait = askOperation(send, asking);
