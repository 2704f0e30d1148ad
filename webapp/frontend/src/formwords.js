// The words of forms: form-js's own as we say them, and those a schema brings along.

// As `forms/messages.py` says it: one mistake reads the same, whoever finds it.
const EN = {
  "Field is required.": "Please fill in this field.",
  "Field must have maximum length of {value}.": "Please enter at most {value} characters.",
  "Field must have maximum value of {value}.": "Please enter at most {value}.",
  "Field must have minimum length of {value}.": "Please enter at least {value} characters.",
  "Field must have minimum value of {value}.": "Please enter at least {value}.",
  "Field must match pattern {value}.": "Please enter it in the form {value}.",
  "Value is expected to be an integer.": "Please enter a whole number.",
  "Value is expected to have at most 1 decimal digit.": "Please enter at most 1 digit after the point.",
  "Value is expected to have at most {value} decimal digits.": "Please enter at most {value} digits after the point.",
  "Value is not a number.": "Please enter a number.",
};

const ZH = {
  "Add new": "新增",
  "All values selected": "已全部选择",
  "Click to remove sorting": "点击取消排序",
  "Click to sort by {value} ascending": "按“{value}”升序排列",
  "Click to sort by {value} descending": "按“{value}”降序排列",
  "Collapse": "收起",
  "Date and time must both be entered.": "请同时填写日期和时间。",
  "Decrement": "减少",
  "Document reference is not defined.": "未指定文件。",
  "Download {fileName}": "下载 {fileName}",
  "Expand all ({value})": "展开全部（{value}）",
  "External content couldn't be loaded.": "外部内容无法加载。",
  "Field is required.": "此项必填。",
  "Field must be a valid email.": "请输入有效的邮箱。",
  "Field must be a valid international phone number. (e.g. +4930664040900)": "请输入有效的国际电话号码（如 +8613800000000）。",
  "Field must have maximum length of {value}.": "最多 {value} 个字符。",
  "Field must have maximum value of {value}.": "不能大于 {value}。",
  "Field must have minimum length of {value}.": "至少 {value} 个字符。",
  "Field must have minimum value of {value}.": "不能小于 {value}。",
  "Field must match pattern {value}.": "格式不正确（{value}）。",
  "Increment": "增加",
  "Max validation value is not a valid number.": "表单的最大值设置有误。",
  "Min validation value is not a valid number.": "表单的最小值设置有误。",
  "Next page": "下一页",
  "No content to show.": "没有内容。",
  "No files selected": "未选择文件",
  "No results": "没有结果",
  "Nothing to show.": "没有内容。",
  "Please select a valid value, the two nearest valid values are {previousValue} and {nextValue}.": "请输入有效值，最接近的是 {previousValue} 和 {nextValue}。",
  "Previous page": "上一页",
  "Remove tag": "移除",
  "Search": "搜索",
  "Skip to search": "转到搜索",
  "Unable to download document": "文件无法下载",
  "Value is expected to be an integer.": "请输入整数。",
  "Value is expected to have at most 1 decimal digit.": "最多 1 位小数。",
  "Value is expected to have at most {value} decimal digits.": "最多 {value} 位小数。",
  "Value is not a number.": "请输入数字。",
  "{page} of {total}": "第 {page} 页，共 {total} 页",
  "{value} files selected": "已选择 {value} 个文件",
};

export function language() {
  return document.documentElement.lang.startsWith("zh") ? "zh_Hans" : "en";
}

export function translate(text, values = {}) {
  const words = (language() === "zh_Hans" ? ZH : EN)[text] ?? text;
  return words.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

/** Return the schema with the texts it brings under `i18n` for this language. */
export function localised(node, wanted) {
  if (Array.isArray(node)) return node.map((child) => localised(child, wanted));
  if (node === null || typeof node !== "object") return node;
  const { i18n, ...rest } = node;
  const texts = i18n?.[wanted] ?? {};
  const own = Object.entries({ ...rest, ...texts });
  return Object.fromEntries(own.map(([key, value]) => [key, localised(value, wanted)]));
}
