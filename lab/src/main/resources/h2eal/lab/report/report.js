// Draws every chart of the page, and again when the width, the colour scheme or the medium changes.
(() => {
  const LEGEND_ROW = 24, LEGEND_CHARACTER = 7, LEGEND_MARK = 46;
  const palette = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1', '#b8a800', '#7f7f7f',
    '#6a3d9a', '#f7a1c4', '#a6761d'];
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let printing = false;

  const colours = () => dark.matches && !printing
    ? { ink: '#e6e9ef', soft: '#a3adbb', line: '#333b48', kinds: ['#2f3a4a', '#56b4e9'], low: '#1d2733', high: '#56b4e9' }
    : { ink: '#1c2330', soft: '#5a6473', line: '#d9dee6', kinds: ['#dbe4ee', '#0072b2'], low: '#eef3f8', high: '#0072b2' };

  // Rows the legend takes at this width, so that the plot starts below it.
  const legendRows = (names, width) => {
    let rows = 1, used = 0;
    for (const name of names) {
      const next = name.length * LEGEND_CHARACTER + LEGEND_MARK;
      if (used > 0 && used + next > width) { rows++; used = 0; }
      used += next;
    }
    return rows;
  };

  const axis = (given, c) => ({
    ...given,
    nameTextStyle: { color: c.soft },
    axisLabel: { ...given.axisLabel, color: c.ink },
    axisLine: { lineStyle: { color: c.soft } },
    splitLine: { show: given.type === 'value' || given.type === 'log', lineStyle: { color: c.line } },
  });

  // A rectangle from one value to another, with its label behind it.
  const span = c => (params, api) => {
    const from = api.coord([api.value(1), api.value(0)]), to = api.coord([api.value(2), api.value(0)]);
    const height = Math.min(Math.max(api.size([0, 1])[1] * .7, 2), 22), area = params.coordSys;
    const left = Math.max(Math.min(from[0], to[0]), area.x);
    const right = Math.min(Math.max(from[0], to[0], left + 1), area.x + area.width);
    const bar = { type: 'rect', shape: { x: left, y: from[1] - height / 2, width: right - left, height },
      style: { fill: api.visual('color') } };
    const label = api.value(3);
    if (!label) return bar;
    // Behind the bar, or before it, or in it: wherever there is room.
    const room = label.length * LEGEND_CHARACTER, behind = right + room < area.x + area.width + 40;
    const before = !behind && left - room > area.x;
    return { type: 'group', children: [bar, { type: 'text', style: { text: label, fontSize: 12, verticalAlign: 'middle',
      fill: behind || before ? c.ink : '#ffffff', align: behind ? 'left' : 'right', y: from[1],
      x: behind ? right + 5 : before ? left - 5 : right - 5 } }] };
  };

  const compact = value => Number(Number(value).toPrecision(4)).toLocaleString('en');

  const tooltip = option => option.series[0].type === 'span'
    ? { ...option.tooltip, formatter: p => `${option.yAxis.data[p.value[0]]}: ${p.seriesName}<br>${compact(p.value[1])} to `
        + `${compact(p.value[2])}, ${option.xAxis.name}` }
    : option.series[0].type === 'scatter'
      ? { ...option.tooltip, formatter: p => `${p.seriesName}, ${p.name}<br>${compact(p.value[0])}, ${compact(p.value[1])}` }
      : option.tooltip;

  const styled = (option, c, top) => ({
    ...option,
    color: palette,
    textStyle: { color: c.ink },
    grid: { ...option.grid, top },
    legend: option.legend && { ...option.legend, top: 0, left: 0, textStyle: { color: c.ink } },
    xAxis: axis(option.xAxis, c),
    yAxis: axis(option.yAxis, c),
    visualMap: option.visualMap && {
      ...option.visualMap,
      textStyle: { color: c.ink },
      inRange: { color: option.visualMap.type === 'piecewise' ? undefined : [c.low, c.high] },
      pieces: option.visualMap.pieces && option.visualMap.pieces.map((piece, i, all) =>
        ({ ...piece, color: all.length === 1 ? c.kinds[1] : c.kinds[i] || palette[i] })),
    },
    tooltip: tooltip(option),
    series: option.series.map(one => ({
      ...one,
      ...(one.type === 'span' ? { type: 'custom', renderItem: span(c) } : {}),
      label: one.label && { ...one.label, color: c.ink },
      itemStyle: one.type === 'heatmap' ? { borderColor: c.line, borderWidth: 0.5 } : undefined,
    })),
  });

  const draw = element => {
    const option = JSON.parse(element.parentElement.querySelector('.option').textContent);
    const legend = (option.legend ? LEGEND_ROW * legendRows(option.legend.data, element.clientWidth) : 36)
      + (option.legend && option.yAxis.name ? LEGEND_ROW : 0);
    element.style.height = Number(element.dataset.height) + legend + 'px';
    echarts.dispose(element);
    echarts.init(element, null, { renderer: 'svg' }).setOption(styled(option, colours(), legend + 12));
  };
  const drawAll = () => document.querySelectorAll('.chart').forEach(draw);

  let pending;
  addEventListener('resize', () => { clearTimeout(pending); pending = setTimeout(drawAll, 100); });
  dark.addEventListener('change', drawAll);
  addEventListener('beforeprint', () => { printing = true; drawAll(); });
  addEventListener('afterprint', () => { printing = false; drawAll(); });
  drawAll();
})();
