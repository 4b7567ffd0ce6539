import { askOperation } from '../../../../engine/asking/operation';
import { asking } from '../../asking';
import { send } from './send.operation';

/** POST /v1/messages with the address of the waiting execution as "callbackURL". */
export const sendAndWait = askOperation(send, asking);
