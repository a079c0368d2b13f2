import { AwsError } from '../../kernel/service.ts';

/** Values by the start of their period, in milliseconds since the epoch. */
export type TimeSeries = ReadonlyMap<number, number>;

/** What an expression gives: one number for all periods, or one for each; an array only as the argument of a function. */
type Value = number | TimeSeries | readonly TimeSeries[];

/**
 * Evaluates a metric math expression: ids, numbers, `+ - * / ^`, comparisons, `AND`, `OR`, and the functions ABS, AVG,
 * CEIL, FILL, FLOOR, IF, MAX, METRICS, MIN and SUM. Periods for which an operand has no value have no result.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @throws AwsError ValidationError, with the place of the error
 */
export function evaluate(
  expression: string,
  series: ReadonlyMap<string, TimeSeries>,
  periods: readonly number[],
): TimeSeries {
  const parser = new Parser(expression, series, periods);
  const value = parser.whole();
  if (typeof value === 'number') return new Map(periods.map((period) => [period, value]));
  if (Array.isArray(value))
    throw new AwsError('ValidationError', `The expression '${expression}' gives several time series, not one`);
  return value as TimeSeries;
}

const tokens =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|("[^"]*"|'[^']*')|(<=|>=|==|!=|&&|\|\||[-+*/^(),<>[\]]))/y;

const levels: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

class Parser {
  private readonly text: string;
  private readonly series: ReadonlyMap<string, TimeSeries>;
  private readonly periods: readonly number[];
  private readonly found: string[] = [];
  private at = 0;

  constructor(text: string, series: ReadonlyMap<string, TimeSeries>, periods: readonly number[]) {
    this.text = text;
    this.series = series;
    this.periods = periods;
    tokens.lastIndex = 0;
    const end = text.trimEnd().length;
    while (tokens.lastIndex < end) {
      const before = tokens.lastIndex;
      const token = tokens.exec(text)?.[0];
      if (token === undefined) throw this.error(`'${text.slice(before).trim()}' is not understood`);
      this.found.push(token.trim());
    }
  }

  whole(): Value {
    const value = this.binary(0);
    if (this.at < this.found.length) throw this.error(`'${this.found[this.at]}' is not expected`);
    return value;
  }

  private binary(level: number): Value {
    const operators = levels[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (
      let operator = this.found[this.at];
      operator !== undefined && operators.includes(operator);
      operator = this.found[this.at]
    ) {
      this.at++;
      left = this.apply(operator, left, this.binary(level + 1));
    }
    return left;
  }

  private unary(): Value {
    if (this.take('-')) return this.apply('*', -1, this.unary());
    if (this.take('(')) {
      const inner = this.binary(0);
      this.expect(')');
      return inner;
    }
    if (this.take('[')) return this.list(']');
    const token = this.found[this.at++];
    if (token === undefined) throw this.error('it ends too early');
    if (/^\d/.test(token)) return Number(token);
    if (/^["']/.test(token)) throw this.error(`${token} is not expected`);
    if (this.take('(')) return this.call(token.toUpperCase());
    const found = this.series.get(token);
    if (!found) throw this.error(`'${token}' is the id of no metric or expression`);
    return found;
  }

  private list(end: string): TimeSeries[] {
    const items: TimeSeries[] = [];
    while (!this.take(end)) {
      if (items.length > 0) this.expect(',');
      items.push(this.spread(this.binary(0)));
    }
    return items;
  }

  private call(name: string): Value {
    const values: Value[] = [];
    while (!this.take(')')) {
      if (values.length > 0) this.expect(',');
      const fill = name === 'FILL' && values.length === 1 ? this.found[this.at] : undefined;
      if (fill === 'REPEAT' || fill === 'LINEAR') throw this.error(`FILL with ${fill} is not served; a number is`);
      values.push(this.binary(0));
    }
    const [first = 0, second = 0, third = 0] = values;
    switch (name) {
      case 'ABS':
      case 'CEIL':
      case 'FLOOR': {
        const round = { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor }[name];
        return this.mapped([first], ([value = 0]) => round(value));
      }
      case 'FILL': {
        const series = this.spread(first);
        const filler = this.spread(second);
        return new Map(this.periods.map((period) => [period, series.get(period) ?? filler.get(period) ?? 0]));
      }
      case 'IF':
        return this.mapped([first, second, third], ([condition, yes = 0, no = 0]) => (condition ? yes : no));
      case 'METRICS':
        return [...this.series.values()];
      case 'SUM':
      case 'AVG':
      case 'MIN':
      case 'MAX':
        return this.reduce(name, first);
      default:
        throw this.error(`the function ${name} is not served`);
    }
  }

  /** Over several series: one series. Over one series: one number. */
  private reduce(name: 'SUM' | 'AVG' | 'MIN' | 'MAX', value: Value): Value {
    const of = (numbers: readonly number[]): number => {
      if (name === 'MIN') return Math.min(...numbers);
      if (name === 'MAX') return Math.max(...numbers);
      const sum = numbers.reduce((total, number) => total + number, 0);
      return name === 'SUM' ? sum : sum / numbers.length;
    };
    if (typeof value === 'number') return value;
    if (!Array.isArray(value)) {
      const numbers = [...(value as TimeSeries).values()];
      return numbers.length > 0 ? of(numbers) : new Map();
    }
    const result = new Map<number, number>();
    for (const period of this.periods) {
      const numbers = (value as readonly TimeSeries[])
        .map((series) => series.get(period))
        .filter((found) => found !== undefined);
      if (numbers.length > 0) result.set(period, of(numbers));
    }
    return result;
  }

  private apply(operator: string, left: Value, right: Value): Value {
    return this.mapped([left, right], ([a = 0, b = 0]) => calculate(operator, a, b));
  }

  /** Applies a function period by period; a result that is no number is no datapoint. */
  private mapped(values: readonly Value[], of: (numbers: readonly number[]) => number): Value {
    if (values.every((value) => typeof value === 'number')) return of(values);
    const all = values.map((value) => this.spread(value));
    const result = new Map<number, number>();
    for (const period of this.periods) {
      const numbers = all.map((series) => series.get(period)).filter((found) => found !== undefined);
      if (numbers.length < all.length) continue;
      const number = of(numbers);
      if (Number.isFinite(number)) result.set(period, number);
    }
    return result;
  }

  private spread(value: Value): TimeSeries {
    if (typeof value === 'number') return new Map(this.periods.map((period) => [period, value]));
    if (Array.isArray(value)) throw this.error('an array of time series stands where one is expected');
    return value as TimeSeries;
  }

  private take(token: string): boolean {
    if (this.found[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.error(`'${token}' is expected, not '${this.found[this.at] ?? 'the end'}'`);
  }

  private error(why: string): AwsError {
    return new AwsError('ValidationError', `Error in expression '${this.text}': ${why}`);
  }
}

function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '^':
      return a ** b;
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '&&':
    case 'AND':
      return Number(a !== 0 && b !== 0);
    default:
      return Number(a !== 0 || b !== 0);
  }
}
