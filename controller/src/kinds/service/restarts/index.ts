export { withRestarts } from './driver.ts';
