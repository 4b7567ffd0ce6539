import { resource } from '../../../../engine/operation';
import { add } from './add.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { remove } from './remove.operation';

export const groupContactResource = resource('Group Contact', 'groupContact', { add, get, getAll, remove });
