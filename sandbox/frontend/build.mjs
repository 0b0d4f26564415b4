// Bundles the apps' `public/**/*.bundle.{js,ts,css,scss}` the way the framework's own build does.
// Reads {"apps": {name: package folder}, "assets": folder} from standard input; writes the bundles to
// <assets>/<app>/dist and their hashed names into <assets>/assets.json.
import esbuild from "esbuild";
import vue from "esbuild-plugin-vue3";
import glob from "fast-glob";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as sass from "sass";

const PACKAGES = path.resolve("node_modules");
const { apps, assets } = JSON.parse(fs.readFileSync(0, "utf8"));
const roots = [...new Set(Object.values(apps).map((folder) => path.dirname(folder)))];

// A template imported as a module becomes an entry of frappe.templates.
const templates = {
	name: "templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path: file }) => {
			const name = JSON.stringify(path.basename(file, ".html"));
			const html = fs.readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "");
			// some templates count on the framework's bundler, which writes them as literals: \' means '
			const text = JSON.stringify(html.replace(/\s+/g, " ").replaceAll("\\'", "'"));
			return { contents: `frappe.templates[${name}] = ${text};`, loader: "js" };
		});
	},
};

const isFile = (file) => fs.existsSync(file) && fs.statSync(file).isFile();

// Sass paths: "~package/..." and ".../node_modules/..." are npm's, all others are relative to the apps' parent folder.
function findStylesheet(url) {
	let bases = roots.map((root) => path.join(root, url));
	if (url.startsWith("~")) bases = [path.join(PACKAGES, url.slice(1))];
	else if (url.includes("/node_modules/"))
		bases = [path.join(PACKAGES, url.split("/node_modules/")[1])];
	for (const base of bases) {
		const partial = path.join(path.dirname(base), `_${path.basename(base)}.scss`);
		const found = [base, `${base}.scss`, `${base}.css`, partial].find(isFile);
		if (found) return pathToFileURL(found);
	}
	return null;
}

const stylesheets = {
	name: "stylesheets",
	setup(build) {
		build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => {
			const { css } = sass.compile(file, {
				importers: [{ findFileUrl: findStylesheet }],
				loadPaths: [path.dirname(file), ...roots],
				logger: sass.Logger.silent,
				quietDeps: true,
			});
			return { contents: css, loader: "css" };
		});
		build.onResolve({ filter: /.*/ }, ({ kind, path: url }) => {
			const remote = kind === "import-rule" && /^(https?:|\/assets)/.test(url);
			return kind === "url-token" || remote ? { path: url, external: true } : null;
		});
		build.onResolve({ filter: /node_modules\// }, ({ path: url }) => ({
			path: path.join(PACKAGES, url.split("node_modules/")[1]),
		}));
	},
};

const embedded = Object.fromEntries(
	[".woff", ".woff2", ".ttf", ".eot", ".svg", ".png"].map((kind) => [kind, "dataurl"]),
);

async function bundle(app, entry) {
	const kind = /\.s?css$/.test(entry) ? "css" : "js";
	const name = path.basename(entry).replace(/\.(js|ts|scss|css)$/, "");
	const { metafile } = await esbuild.build({
		entryPoints: { [name]: entry },
		entryNames: "[name].[hash]",
		outdir: path.join(assets, app, "dist", kind),
		bundle: true,
		metafile: true,
		target: "es2020",
		logLevel: "silent",
		nodePaths: [PACKAGES, ...roots],
		loader: embedded,
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
		},
		plugins: [templates, stylesheets, vue()],
	});
	const built = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
	return built.map(([file]) => [
		`${name}.${kind}`,
		`/assets/${app}/dist/${kind}/${path.basename(file)}`,
	]);
}

function explain(error) {
	const errors = (error.errors || [error]).slice(0, 3);
	const place = ({ location }) => (location ? ` (${location.file}:${location.line})` : "");
	return errors.map((one) => `${one.text || one.message}${place(one)}`).join("; ");
}

const index = path.join(assets, "assets.json");
const names = fs.existsSync(index) ? JSON.parse(fs.readFileSync(index, "utf8")) : {};
let failed = 0;

for (const [app, folder] of Object.entries(apps)) {
	fs.rmSync(path.join(assets, app, "dist"), { recursive: true, force: true });
	for (const name of Object.keys(names))
		if (names[name].startsWith(`/assets/${app}/`)) delete names[name];
	const entries = await glob("**/*.bundle.{js,ts,css,scss}", {
		cwd: path.join(folder, "public"),
		absolute: true,
		ignore: ["**/dist/**", "**/node_modules/**"],
	});
	await Promise.all(
		entries.sort().map(async (entry) => {
			try {
				for (const [name, url] of await bundle(app, entry)) names[name] = url;
			} catch (error) {
				failed += 1;
				console.error(`${path.relative(folder, entry)}: ${explain(error)}`);
			}
		}),
	);
}
// The desk asks for right-to-left styles by this prefix; the sandbox serves the same ones.
for (const [name, url] of Object.entries(names)) {
	if (name.endsWith(".css") && !name.startsWith("rtl_")) names[`rtl_${name}`] = url;
}
fs.writeFileSync(index, JSON.stringify(names, null, "\t"));
process.exit(failed ? 1 : 0);
