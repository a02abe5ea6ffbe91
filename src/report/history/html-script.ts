/**
 * What draws the charts in the browser: reads the JSON of the page, draws with uPlot, and redraws when width or colour scheme change.
 * Text reaches the page through `textContent` alone.
 */
export const CHART_SCRIPT = `'use strict';
(() => {
  const page = JSON.parse(document.getElementById('history').textContent);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];
  const size = (box) => ({ width: Math.max(280, box.clientWidth), height: Math.max(220, Math.min(360, box.clientWidth / 2.6)) });
  const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');
  const two = (number) => String(number).padStart(2, '0');
  const times = (chart, splits, axis, space, step) => splits.map((at) => {
    const date = new Date(at * 1000);
    const day = two(date.getUTCMonth() + 1) + '-' + two(date.getUTCDate());
    const time = two(date.getUTCHours()) + ':' + two(date.getUTCMinutes());
    return step >= 86400 ? day : step >= 3600 ? day + ' ' + time : step >= 60 ? time : time + ':' + two(date.getUTCSeconds());
  });
  const axes = () => {
    const look = { stroke: css('--ink'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1 } };
    return [{ ...look, values: times, space: 90 }, { ...look, size: 72 }];
  };
  const marks = (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const x = (at) => chart.valToPos(at, 'x', true);
    ctx.fillStyle = css('--gap');
    for (const { from, until } of page.gaps) ctx.fillRect(x(from), bbox.top, Math.max(1, x(until) - x(from)), bbox.height);
    for (const { at, is } of page.marks) {
      ctx.strokeStyle = css(is === 'alert' ? '--bad' : '--mark');
      ctx.setLineDash(is === 'alert' ? [] : [3, 3]);
      ctx.beginPath();
      ctx.moveTo(x(at), bbox.top);
      ctx.lineTo(x(at), bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };
  const draw = () => {
    for (const chart of charts.splice(0)) chart.destroy();
    const count = document.getElementById('count');
    if (count !== null && page.times.length > 0) {
      const series = [
        { value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' },
        { label: 'lowest', stroke: css('--soft'), width: 1, points: { show: page.times.length === 1 } },
        { label: 'open', stroke: css('--good'), width: 2, points: { show: page.times.length === 1 } },
      ];
      const data = [page.times, page.low, page.high];
      if (page.limit !== null) {
        series.push({ label: 'limit', stroke: css('--bad'), width: 1, dash: [8, 5], points: { show: false } });
        data.push(page.limit);
      }
      if (page.forecast !== null) {
        series.push({ label: 'forecast', stroke: css('--warn'), width: 2, dash: [2, 4], points: { show: false }, spanGaps: true });
        data.push(page.forecast);
      }
      charts.push(new uPlot({ ...size(count), tzDate: utc, series, axes: axes(), scales: { y: { range: (u, low, high) => [0, Math.max(1, high * 1.05)] } }, hooks: { draw: [marks] } }, data, count));
    }
    const places = document.getElementById('places');
    if (places !== null && page.places.length > 0) {
      const sums = page.seen.map(() => 0);
      const layers = page.places.map(({ values }) => values.map((value, i) => (value === null ? null : (sums[i] += value))));
      const series = [{ value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' }];
      const data = [page.seen];
      for (let i = layers.length - 1; i >= 0; i -= 1) {
        const colour = 'hsl(' + ((i * 47 + 205) % 360) + ' 60% ' + (css('--scheme') === 'dark' ? '55%' : '45%') + ')';
        const own = page.places[i].values;
        series.push({ label: page.places[i].place, stroke: colour, fill: colour, width: 1, points: { show: false }, value: (u, v, s, at) => (at === null || own[at] === null ? '--' : String(own[at])) });
        data.push(layers[i]);
      }
      charts.push(new uPlot({ ...size(places), tzDate: utc, series, axes: axes(), scales: { y: { range: (u, low, high) => [0, Math.max(1, high * 1.05)] } }, hooks: { draw: [marks] } }, data, places));
    }
    document.documentElement.dataset.charts = String(charts.length);
  };
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  addEventListener('resize', () => {
    for (const chart of charts) chart.setSize(size(chart.root.parentElement));
  });
})();
`;
