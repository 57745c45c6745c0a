import { App } from '@distrokit/core';
import { Harbor } from './harbor.ts';

const app = new App();
new Harbor(app, 'harbor');
export default app;
