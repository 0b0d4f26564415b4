import "./letter_editor/editor.js";
