// SPDX-License-Identifier: GPL-2.0-or-later
// Asks DuckDB. Standard input has {"before": [SQL...], "questions": {NUMBER: SQL}}, standard output
// gets {NUMBER: rows}, with all values as texts.
"use strict";
const { DuckDBInstance } = require("@duckdb/node-api");

async function main() {
	const { before, questions } = JSON.parse(require("fs").readFileSync(0, "utf8"));
	const database = await DuckDBInstance.create(":memory:");
	const connection = await database.connect();
	for (const sql of before)
		await connection.run(sql);
	const answers = {};
	for (const [number, sql] of Object.entries(questions)) {
		const reader = await connection.runAndReadAll(sql);
		answers[number] = reader.getRows().map(row =>
			row.map(value => value === null ? "-" : String(value)));
	}
	console.log(JSON.stringify(answers));
}

main().catch(error => {
	console.error(String(error));
	process.exit(1);
});
