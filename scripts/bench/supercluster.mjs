// The peer of core/benches/cluster.rs: npm supercluster over the same fleet.
//
// `scripts/bench/run cluster` installs it and runs this with the fleet that the bench wrote.
//
// supercluster builds an index of all zooms and cannot move a point: "load" is what each change of the fleet costs,
// "query" what each change of the viewport costs.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const {default: Supercluster} = await import(pathToFileURL(require.resolve('supercluster')));

const [file] = process.argv.slice(2);
if (!file) {
    console.error('usage: node supercluster.mjs FLEET.csv');
    process.exit(2);
}
const points = readFileSync(file, 'utf8').trim().split('\n').map((line) => ({
    type: 'Feature',
    properties: {},
    geometry: {type: 'Point', coordinates: line.split(',').map(Number)},
}));

function median(times, run) {
    const taken = [];
    for (let i = 0; i < times; i++) {
        const start = process.hrtime.bigint();
        run();
        taken.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    return taken.sort((a, b) => a - b)[times >> 1];
}

let index;
const load = median(5, () => {
    index = new Supercluster({radius: 64, extent: 256, maxZoom: 20}).load(points);
});
console.log(`${points.length} points, load ${load.toFixed(1)} ms`);
const [lat, lon] = [31.2304, 121.4737];
for (const zoom of [2, 5, 10, 13]) {
    const degreesPerPixel = 360 / (256 * 2 ** zoom);
    const halfLat = 457 * degreesPerPixel * Math.cos((lat * Math.PI) / 180);
    const halfLon = 206 * degreesPerPixel;
    const box = [lon - halfLon, Math.max(lat - halfLat, -90), lon + halfLon, Math.min(lat + halfLat, 90)];
    const query = median(51, () => index.getClusters(box, zoom));
    console.log(`zoom ${zoom}: query ${(query * 1000).toFixed(0)} us, ${index.getClusters(box, zoom).length} points`);
}
