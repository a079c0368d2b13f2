/** One picture of the dashboard: a title, what it says, and PromQL with a legend each. */
interface Panel {
  readonly title: string;
  readonly about: string;
  readonly type: 'stat' | 'timeseries' | 'table' | 'bargauge';
  /** Of 24 columns. */
  readonly width: number;
  readonly unit?: string;
  readonly queries: readonly (readonly [expression: string, legend: string])[];
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const APP = 'name=~"$application"';

const ROWS: readonly Row[] = [
  {
    title: 'Applications',
    panels: [
      {
        title: 'Applications',
        about: 'How many there are, by sync status.',
        type: 'stat',
        width: 8,
        queries: [[`sum by (sync_status) (longshore_app_info{${APP}})`, '{{sync_status}}']],
      },
      {
        title: 'Health',
        about: 'How many there are, by health.',
        type: 'stat',
        width: 8,
        queries: [[`sum by (health_status) (longshore_app_info{${APP}})`, '{{health_status}}']],
      },
      {
        title: 'Resources',
        about: 'By kind, those that are not in sync.',
        type: 'bargauge',
        width: 8,
        queries: [['sum by (kind) (longshore_resource_info{sync_status="OutOfSync"})', '{{kind}}']],
      },
      {
        title: 'Not Synced or not Healthy',
        about: 'What to look at.',
        type: 'table',
        width: 16,
        queries: [
          [
            `longshore_app_info{${APP}, sync_status!="Synced"} or longshore_app_info{${APP}, health_status!="Healthy"}`,
            '',
          ],
        ],
      },
      {
        title: 'Conditions',
        about: 'Why Applications wait: closed windows, approvals, dependencies, holds.',
        type: 'bargauge',
        width: 8,
        queries: [[`sum by (type) (longshore_app_condition{${APP}, type!="Ready"})`, '{{type}}']],
      },
    ],
  },
  {
    title: 'Syncs and rollouts',
    panels: [
      {
        title: 'Syncs',
        about: 'Ended in an hour, by phase.',
        type: 'timeseries',
        width: 8,
        queries: [[`sum by (phase) (increase(longshore_app_sync_total{${APP}}[1h]))`, '{{phase}}']],
      },
      {
        title: 'Sync duration',
        about: 'Until verified or failed.',
        type: 'timeseries',
        width: 8,
        unit: 's',
        queries: [
          [
            `histogram_quantile(0.5, sum by (le) (rate(longshore_app_sync_duration_seconds_bucket{${APP}}[1h])))`,
            'median',
          ],
          [
            `histogram_quantile(0.95, sum by (le) (rate(longshore_app_sync_duration_seconds_bucket{${APP}}[1h])))`,
            'p95',
          ],
        ],
      },
      {
        title: 'Syncs in progress',
        about: 'Operations that run now.',
        type: 'timeseries',
        width: 8,
        queries: [['longshore_app_syncs_in_progress', 'running']],
      },
      {
        title: 'Rollouts',
        about: 'Ended in an hour, by strategy and result.',
        type: 'timeseries',
        width: 8,
        queries: [['sum by (strategy, result) (increase(longshore_deployment_total[1h]))', '{{strategy}} {{result}}']],
      },
      {
        title: 'Rollout duration',
        about: '95 of 100 are faster.',
        type: 'timeseries',
        width: 8,
        unit: 's',
        queries: [
          [
            'histogram_quantile(0.95, sum by (le, strategy) (rate(longshore_deployment_duration_seconds_bucket[6h])))',
            '{{strategy}}',
          ],
        ],
      },
      {
        title: 'Traffic',
        about: 'Share of each target group while a rollout shifts traffic.',
        type: 'timeseries',
        width: 8,
        unit: 'percent',
        queries: [[`longshore_deployment_traffic_weight{${APP}}`, '{{name}}/{{service}} {{target}}']],
      },
    ],
  },
  {
    title: 'Drift',
    panels: [
      {
        title: 'Changed by hand',
        about: 'Fields found changed in an hour.',
        type: 'timeseries',
        width: 8,
        queries: [['sum by (kind, field) (increase(longshore_drift_total[1h]))', '{{kind}} {{field}}']],
      },
      {
        title: 'Corrected',
        about: 'Fields put right in an hour.',
        type: 'timeseries',
        width: 8,
        queries: [['sum by (kind, field) (increase(longshore_drift_corrected_total[1h]))', '{{kind}} {{field}}']],
      },
      {
        title: 'Seen after',
        about: 'From the receipt of an event until the drift shows.',
        type: 'timeseries',
        width: 8,
        unit: 's',
        queries: [
          ['histogram_quantile(0.95, sum by (le) (rate(longshore_drift_detection_seconds_bucket[1h])))', 'p95'],
        ],
      },
      {
        title: 'Events of AWS',
        about: 'Received in an hour, by what became of them.',
        type: 'timeseries',
        width: 12,
        queries: [['sum by (result) (increase(longshore_aws_events_total[1h]))', '{{result}}']],
      },
      {
        title: 'Age of events',
        about: '95 of 100 are younger at their receipt.',
        type: 'timeseries',
        width: 12,
        unit: 's',
        queries: [['histogram_quantile(0.95, sum by (le) (rate(longshore_aws_event_lag_seconds_bucket[1h])))', 'p95']],
      },
    ],
  },
  {
    title: 'Controller',
    panels: [
      {
        title: 'Queue',
        about: 'Applications that wait for a worker.',
        type: 'timeseries',
        width: 8,
        queries: [['longshore_workqueue_depth', 'waiting']],
      },
      {
        title: 'Queue times',
        about: '95 of 100 wait, and are worked on, for less.',
        type: 'timeseries',
        width: 8,
        unit: 's',
        queries: [
          [
            'histogram_quantile(0.95, sum by (le) (rate(longshore_workqueue_queue_duration_seconds_bucket[15m])))',
            'waits',
          ],
          [
            'histogram_quantile(0.95, sum by (le) (rate(longshore_workqueue_work_duration_seconds_bucket[15m])))',
            'works',
          ],
        ],
      },
      {
        title: 'Reconciles',
        about: 'Fetched, rendered and compared: 95 of 100 are faster.',
        type: 'timeseries',
        width: 8,
        unit: 's',
        queries: [['histogram_quantile(0.95, sum by (le) (rate(longshore_app_reconcile_seconds_bucket[15m])))', 'p95']],
      },
      {
        title: 'Retries',
        about: 'Applications that failed and come again, a second.',
        type: 'timeseries',
        width: 8,
        unit: 'ops',
        queries: [
          ['rate(longshore_workqueue_adds_total[15m])', 'added'],
          ['rate(longshore_workqueue_retries_total[15m])', 'retried'],
        ],
      },
      {
        title: 'Git',
        about: 'Requests to Git servers in an hour, and fetches that failed.',
        type: 'timeseries',
        width: 8,
        queries: [
          ['sum by (request_type) (increase(longshore_git_request_total[1h]))', '{{request_type}}'],
          ['sum(increase(longshore_git_fetch_fail_total[1h]))', 'failed fetches'],
        ],
      },
      {
        title: 'Webhooks',
        about: 'By provider and result, in an hour.',
        type: 'timeseries',
        width: 8,
        queries: [
          ['sum by (provider, result) (increase(longshore_webhook_requests_total[1h]))', '{{provider}} {{result}}'],
        ],
      },
    ],
  },
  {
    title: 'AWS',
    panels: [
      {
        title: 'Calls',
        about: 'A second, by service.',
        type: 'timeseries',
        width: 8,
        unit: 'reqps',
        queries: [['sum by (service) (rate(longshore_aws_request_total[5m]))', '{{service}}']],
      },
      {
        title: 'Errors',
        about: 'Answers that are none, by code.',
        type: 'timeseries',
        width: 8,
        unit: 'reqps',
        queries: [
          ['sum by (operation, code) (rate(longshore_aws_request_total{code!="OK"}[5m]))', '{{operation}} {{code}}'],
        ],
      },
      {
        title: 'Throttled',
        about: 'A second, by operation.',
        type: 'timeseries',
        width: 8,
        unit: 'reqps',
        queries: [
          ['sum by (service, operation) (rate(longshore_aws_throttled_total[5m]))', '{{service}} {{operation}}'],
        ],
      },
      {
        title: 'Call duration',
        about: '95 of 100 are faster.',
        type: 'timeseries',
        width: 12,
        unit: 's',
        queries: [
          [
            'histogram_quantile(0.95, sum by (le, service) (rate(longshore_aws_request_duration_seconds_bucket[15m])))',
            '{{service}}',
          ],
        ],
      },
      {
        title: 'Tokens',
        about: 'Calls that may be made at once, by group of operations.',
        type: 'timeseries',
        width: 12,
        queries: [
          ['min by (group, account, region) (longshore_aws_bucket_tokens)', '{{account}}/{{region}} {{group}}'],
        ],
      },
    ],
  },
];

const HEIGHT = 8;
const COLUMNS = 24;

/** The Grafana dashboard (schema version 39, Grafana 10 and newer), as it is imported. */
export function dashboardJson(): string {
  const panels: object[] = [];
  let id = 1;
  let y = 0;
  for (const row of ROWS) {
    panels.push({
      id: id++,
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y += 1;
    let x = 0;
    for (const panel of row.panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += HEIGHT;
      }
      panels.push(panelJson(panel, id++, { x, y, w: panel.width, h: HEIGHT }));
      x += panel.width;
    }
    y += HEIGHT;
  }
  const dashboard = {
    uid: 'longshore',
    title: 'Longshore',
    tags: ['longshore', 'gitops', 'ecs'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'application',
          label: 'Application',
          type: 'query',
          datasource: SOURCE,
          query: { query: 'label_values(longshore_app_info, name)', refId: 'applications' },
          refresh: 2,
          includeAll: true,
          multi: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
        },
      ],
    },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

const SOURCE = { type: 'prometheus', uid: '${datasource}' };

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const table = panel.type === 'table';
  return {
    id,
    type: panel.type,
    title: panel.title,
    description: panel.about,
    datasource: SOURCE,
    gridPos,
    fieldConfig: { defaults: panel.unit === undefined ? {} : { unit: panel.unit }, overrides: [] },
    targets: panel.queries.map(([expr, legendFormat], index) => ({
      refId: 'ABCDEFGH'.charAt(index),
      datasource: SOURCE,
      expr,
      legendFormat,
      ...(table ? { format: 'table', instant: true } : {}),
    })),
    ...(table
      ? {
          transformations: [
            {
              id: 'organize',
              options: { excludeByName: { Time: true, Value: true, __name__: true, instance: true, job: true } },
            },
          ],
        }
      : {}),
  };
}
