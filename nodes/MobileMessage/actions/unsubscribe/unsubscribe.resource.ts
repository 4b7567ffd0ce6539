import { resource } from '../../../../engine/operation';
import { add } from './add.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { remove } from './remove.operation';

export const unsubscribeResource = resource('Unsubscribe', 'unsubscribe', { add, get, getAll, remove });
