import { askOperation } from '../../../../engine/asking/operation';
import { asking } from '../../asking';
import { send } from './send.operation';

/** POST /v1/messages with a "custom_ref" that leads back to the waiting execution. */
export const sendAndWait = askOperation(send, asking);
