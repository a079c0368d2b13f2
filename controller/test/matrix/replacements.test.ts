import { rollouts } from './rollouts.ts';
import { describeSample, isChange } from './sampled.ts';
import { scenarios } from './scenarios.ts';

describeSample(scenarios.filter((scenario) => !isChange(scenario) && !rollouts.includes(scenario)));
